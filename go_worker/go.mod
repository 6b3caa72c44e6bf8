module schemadiff.local/worker

go 1.25.0

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	go.yaml.in/yaml/v3 v3.0.4
	golang.org/x/text v0.14.0
	schemadiff.local/contracts v0.0.0
)

replace schemadiff.local/contracts => ../contracts
