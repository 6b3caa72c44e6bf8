package contracttests

// consume answers one message. Let it call the handler of your worker.
func consume([]byte) []byte {
	panic("let consume, in consumer_test.go, call the handler of your worker and return its answer")
}
