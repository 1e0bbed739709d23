module example.dev/greet

go 1.19
