"""Writing: files for GIS programs, spreadsheets and IMSMA, whole or not at all."""
