package strictjson_test

import (
	"errors"
	"fmt"

	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Numbers keep their digits, and names keep their case.
func ExampleParse() {
	value, err := strictjson.Parse(`{"timeout_seconds": 30.0, "TIMEOUT_SECONDS": 9007199254740993}`)
	if err != nil {
		panic(err)
	}
	object := value.(map[string]any)
	fmt.Println(object["timeout_seconds"], object["TIMEOUT_SECONDS"])
	fmt.Println(strictjson.Integer(object["timeout_seconds"]))
	// Output:
	// 30.0 9007199254740993
	// 30 true
}

// A duplicate name is a syntax error with its position.
func ExampleSyntaxError() {
	_, err := strictjson.Parse("{\"a\": 1,\n \"a\": 2}")
	var syntax *strictjson.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Printf("%d:%d: %s\n", syntax.Line, syntax.Column, syntax.Reason)
	}
	// Output: 2:2: duplicate name "a"
}
