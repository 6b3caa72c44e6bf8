package contracttests

import (
	"bytes"
	"encoding/json"
	"io"
	"math/big"
	"unicode/utf8"
)

// consume answers one message. Let it call the handler of your worker; this one knows the contract that was written as
// an example.
func consume(payload []byte) []byte {
	var order any
	reader := json.NewDecoder(bytes.NewReader(payload))
	reader.UseNumber()
	reason := ""
	if err := reader.Decode(&order); err != nil {
		reason = "the message is not JSON: " + err.Error()
	} else if _, err := reader.Token(); err != io.EOF {
		reason = "more follows the message"
	} else {
		reason = check(order)
	}
	// Into a map, not into a struct: a struct would take TIMEOUT_SECONDS for timeout_seconds.
	members, _ := order.(map[string]any)
	id, known := members["order_id"].(string)
	answer := map[string]any{"schema_version": "v1", "order_id": nil, "status": "ok"}
	if known && utf8.RuneCountInString(id) <= 256 {
		answer["order_id"] = id
	}
	if reason != "" {
		answer["status"], answer["error_type"] = "error", "validation_error"
		answer["message"], answer["retryable"] = reason, false
	}
	document, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return document
}

// check tells what is wrong with a message; nothing if it is valid.
func check(message any) string {
	order, ok := message.(map[string]any)
	if !ok {
		return "the message is not an object"
	}
	if order["schema_version"] != "v1" {
		return "schema_version is not v1"
	}
	id, ok := order["order_id"].(string)
	if length := utf8.RuneCountInString(id); !ok || length < 1 || length > 64 {
		return "order_id is not a text of 1 to 64 characters"
	}
	number, _ := order["timeout_seconds"].(json.Number)
	seconds, ok := new(big.Rat).SetString(number.String())
	if !ok || !seconds.IsInt() || seconds.Cmp(big.NewRat(1, 1)) < 0 || seconds.Cmp(big.NewRat(3600, 1)) > 0 {
		return "timeout_seconds is not an integer from 1 to 3600"
	}
	return ""
}
