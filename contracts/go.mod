module schemadiff.local/contracts

go 1.21
