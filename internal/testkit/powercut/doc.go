// Package powercut shows what a power cut leaves of what a program wrote. It
// records the program's calls with strace, and plays them to a disk that keeps
// what was synced and forgets as much of the rest as it likes. It is for tests;
// start reading at [Record], then [Disk].
package powercut
