// Package rehearsal plays a pack many times with simulated teams, in memory,
// and says where it will hurt: what stays open, who waits in line, what nobody
// or everybody solves, what EXCON has to do.
//
// It decides and folds with the same engine and the same simulated teams as a
// conducted exercise; only storing, hashing and rendering are left out. A run
// is the very one that `exercise run` plays with its seed. Everything that is
// kept are counts, so that the same pack, seed and number of runs give the same
// figures on any number of cores, in memory that does not grow with the runs.
//
// Start with Run (rehearse.go), then Figures (figures.go) and Find
// (finding.go). It imports exercise, scenario and bots.
package rehearsal
