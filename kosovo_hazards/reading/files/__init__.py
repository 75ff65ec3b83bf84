"""Files: found, recognised by their bytes, unpacked and put into a private folder, within bounds and without a network.

`paths` finds the file, `kinds` tells what it is, `archives` unpacks, `staging` puts it where GDAL sees nothing else,
`limits` says how much it may hold, `failures` puts into words whatever goes wrong.
"""
