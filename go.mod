module github.com/shmgen/shmgen

go 1.26.0

require (
	github.com/dave/jennifer v1.7.1
	golang.org/x/sys v0.49.0
	golang.org/x/tools v0.52.0
)

tool github.com/shmgen/shmgen/cmd/shmgen
