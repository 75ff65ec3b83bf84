"""Ground: true areas, reference systems, repair without loss, neighbours."""
