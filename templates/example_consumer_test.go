package contracttests

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"unicode/utf8"
)

// consume returns the response to one message. Let it call the handler of your worker; this one implements the example
// contract.
func consume(payload []byte) []byte {
	var order any
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	reason := ""
	if err := decoder.Decode(&order); err != nil {
		reason = "the message is not JSON: " + err.Error()
	} else if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		reason = "unexpected text after the message"
	} else {
		reason = check(order)
	}
	// A map and not a struct, whose field timeout_seconds would also be set by TIMEOUT_SECONDS.
	properties, _ := order.(map[string]any)
	id, known := properties["order_id"].(string)
	response := map[string]any{"schema_version": "v1", "order_id": nil, "status": "ok"}
	if known && utf8.RuneCountInString(id) <= 256 {
		response["order_id"] = id
	}
	if reason != "" {
		response["status"], response["error_type"] = "error", "validation_error"
		response["message"], response["retryable"] = reason, false
	}
	document, err := json.Marshal(response)
	if err != nil {
		panic(err)
	}
	return document
}

// check returns why a message is invalid, or "" if it is valid.
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
		return "order_id is not a string of 1 to 64 characters"
	}
	number, _ := order["timeout_seconds"].(json.Number)
	seconds, ok := new(big.Rat).SetString(number.String())
	if !ok || !seconds.IsInt() || seconds.Cmp(big.NewRat(1, 1)) < 0 || seconds.Cmp(big.NewRat(3600, 1)) > 0 {
		return "timeout_seconds is not an integer from 1 to 3600"
	}
	return ""
}
