"""Scale: the same functions over tables in partitions, on one machine or on a cluster of dask.

`partitions` writes and opens tables as spatially sorted GeoParquet, `neighbours` lets each partition see what it must
of the others, `reading` reads registers piece by piece, `tables` measures and counts, `checking` checks, `releasing`
takes releases off, `tiling` draws maps. Needs the extra ``scale``.
"""

from kosovo_hazards.scale.checking import check
from kosovo_hazards.scale.partitions import PartitionedFrame, read_parquet, write_parquet
from kosovo_hazards.scale.reading import PartitionedRead, read_hazards, read_releases
from kosovo_hazards.scale.releasing import LandRelease, apply_releases
from kosovo_hazards.scale.tables import area_m2, assign_places, footprint_m2, summarise
from kosovo_hazards.scale.tiling import write_tile_map

__all__ = [
    "LandRelease",
    "PartitionedFrame",
    "PartitionedRead",
    "apply_releases",
    "area_m2",
    "assign_places",
    "check",
    "footprint_m2",
    "read_hazards",
    "read_parquet",
    "read_releases",
    "summarise",
    "write_parquet",
    "write_tile_map",
]
