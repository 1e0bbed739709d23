package main

import (
	"fmt"
	"os"

	"example.dev/greet/greet"
)

var version = "unknown"

func main() {
	fmt.Printf("%s (version %s, as user %d)\n", greet.Greeting("gopher"), version, os.Getuid())
}
