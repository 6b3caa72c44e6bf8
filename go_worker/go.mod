module github.com/schemadiff/schemadiff/go_worker

// The oldest release whose os.Root has every method that the worker needs; see "Go version" in README.md.
go 1.25.0

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/schemadiff/schemadiff/contracts v0.0.0
	go.yaml.in/yaml/v3 v3.0.4
	golang.org/x/text v0.14.0
)

replace github.com/schemadiff/schemadiff/contracts => ../contracts
