"""From facts to a digest. Pure: no network, no disk, no clock, no terminal."""
