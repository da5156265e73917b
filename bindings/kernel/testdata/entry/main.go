// Command entry prints how many descriptors the process's table has room for, before
// kernel.Settle has done anything.
package main

import (
	"fmt"
	"os"
	"strings"

	_ "sockrepl/bindings/kernel"
)

func main() {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, size, _ := strings.Cut(string(status), "FDSize:")
	fmt.Println(strings.Fields(size)[0])
}
