module github.com/schemadiff/schemadiff/contracts

go 1.21
