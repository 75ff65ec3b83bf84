<?xml version='1.0' encoding='UTF-8'?>
<ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="aFeatureCollection" xsi:schemaLocation="http://ogr.maptools.org/ seed.xsd">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.6</gml:lowerCorner><gml:upperCorner>42.509 21.014<ogr:established>2015-06-30</ogr:established></gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                                              
  <ogr:featureMember>
    <ogr:seed gml:id="seed.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.6</gml:lowerCorner><gml:upperCorner>42.509 20.614</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.0"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.6 42.501 20.612 42.506 20.614 42.509 20.607 42.5 20.6</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>KS-0</ogr:hazard_id>
      <ogr:hazard_type>SHA</ogr:hazard_type>
      <ogr:name xsi:nil="true"/>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>0.5</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:seed gml:id="seed.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.7</gml:lowerCorner><gml:lowerCorner>42.509 20.714</gml:lowerCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.1"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.7 42.501 20.712 42.506 20.714 42.509 20.707 42.5 20.7</gml:posList></gml:LinearRing></gml:exterior><gml:interior><gml:LinearRing><gml:posList>42.503 20.707 42.505 20.707 42.505 20.705 42.503 20.705 42.503 20.707</gml:posList></gml:LinearRing></gml:interior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>KS-1</ogr:hazard_id>
      <ogr:hazard_type>SHA</ogr:hazard_type>
      <ogr:name>Пећ</ogr:name>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>0.5</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:seed gml:id="seed.2">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.8</gml:lowerCorner><gml:upperCorner>42.509 20.834</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.2"><gml:surfaceMember><gml:Polygon gml:id="seed.geom.2.0"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.8 42.501 20.812 42.506 20.814 42.509 20.807 42.5 20.8</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember><gml:surfaceMember><gml:Polygon gml:id="seed.geom.2.1"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.82 42.501 20.832 42.506 20.834 42.509 20.827 42.5 20.82</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></ogr:geometryProperty>
      <ogr:hazard_id>١٢٣</ogr:hazard_id>
      <ogr:hazard_type>SHA</ogr:hazard_type>
      <ogr:name xsi:nil="true"/>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>1000000</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:seed gml:id="seed.3">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.9</gml:lowerCorner><gml:upperCorner>42.509 20.914</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.3"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.9 42.501 20.912 42.506 20.914 42.509 20.907 42.5 20.9</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>KS-3</ogr:hazard_id>
      <ogr:hazard_type>CHA</ogr:hazard_type>
      <ogr:name>Gjakovë</ogr:name>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>CHA</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:seed gml:id="seed.4">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 21.0</gml:lowerCorner><gml:upperCorner>42.509 21.014</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.4"><gml:exterior><gml:LinearRing><gml:posList>42.5 21.0 42.501 21.012 42.506 21.014 42.509 21.007 42.5 21.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>1 234</ogr:hazard_id>
      <ogr:hazard_type>SHA</ogr:hazard_type>
      <ogr:name>Пећ</ogr:name>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2 xsi:nil="true"/>
    </ogr:seed>
  </ogr:featureMember>
<ogr:featureMember>
    <ogr:seed gml:id="seed.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.7</gml:lowerCorner><gml:lowerCorner>42.509 20.714</gml:lowerCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.1"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.7 42.501 20.712 42.506 20.714 42.509 20.707 42.5 20.7</gml:posList></gml:LinearRing></gml:exterior><gml:interior><gml:LinearRing><gml:posList>42.503 20.707 42.505 20.707 42.505 20.705 42.503 20.705 42.503 20.707<ogr:featureMember>
    <ogr:seed gml:id="seed.3">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.5 20.9</gml:lowerCorner><gml:upperCorner>42.509 20.914</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="seed.geom.3"><gml:exterior><gml:LinearRing><gml:posList>42.5 20.9 42.501 20.912 42.506 20.914 42.509 20.907 42.5 20.9</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>KS-3</ogr:hazard_id>
      <ogr:hazard_type>CHA</ogr:hazard_type>
      <ogr:name>Gjakovë</ogr:name>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>CHA</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember></gml:posList></gml:LinearRing></gml:interior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>KS-1</ogr:hazard_id>
      <ogr:hazard_type>SHA</ogr:hazard_type>
      <ogr:name>Пећ</ogr:name>
      <ogr:established>2015-06-30</ogr:established>
      <ogr:reported_area_m2>0.5</ogr:reported_area_m2>
    </ogr:seed>
  </ogr:featureMember></ogr:FeatureCollection>