package contracttests

// consume returns the response to one message. It must call the handler of your worker.
func consume([]byte) []byte {
	panic("let consume, in consumer_test.go, call the handler of your worker and return its response")
}
