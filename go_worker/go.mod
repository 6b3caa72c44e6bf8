module schemadiff.local/worker

// The least release whose os.Root can do all that the worker does below its root; README.md, "Which Go", tells more.
go 1.25.0

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	go.yaml.in/yaml/v3 v3.0.4
	golang.org/x/text v0.14.0
	schemadiff.local/contracts v0.0.0
)

replace schemadiff.local/contracts => ../contracts
