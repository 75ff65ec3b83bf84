<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     gml:id="aFeatureCollection"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ a.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml/3.2">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.6 21.0</gml:lowerCorner><gml:upperCorner>42.61 21.11</gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                                                
  <ogr:featureMember>
    <ogr:a gml:id="a.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.6 21.0</gml:lowerCorner><gml:upperCorner>42.61 21.01</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="a.geom.0"><gml:exterior><gml:LinearRing><gml:posList>42.6 21.01 42.61 21.01 42.61 21.0 42.6 21.0 42.6 21.01</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:hazard_id>K-1</ogr:hazard_id>
      <ogr:hazard_type>CHA</ogr:hazard_type>
    </ogr:a>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:a gml:id="a.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>42.6 21.1</gml:lowerCorner><gml:upperCorner>42.61 21.11</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="a.geom.1"><gml:exterior><gml:LinearRing><gml:posList>42.6 21.11 42.61 21.11 42.61 21.1 42.6 21.1 42.6 21.11</gml:posList></gml:LinearRing></gm