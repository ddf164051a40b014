"""Everything an agency has, out of either engine and into either: as a private folder of files, or straight from one to the other."""
