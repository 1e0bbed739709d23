// Package greet greets.
package greet

// Greeting is what to say to name.
func Greeting(name string) string {
	return "Hello, " + name + "."
}
