//go:build !linux

package main

import "fmt"

func main() { fmt.Println("the benchmark reads Linux's accounting: run it there") }
