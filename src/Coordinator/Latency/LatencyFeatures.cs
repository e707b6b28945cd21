namespace Cluster.Coordinator.Latency;

/// <summary>A plan's profiled milliseconds by where they go.</summary>
/// <param name="Float32">Groups in FP32.</param>
/// <param name="Int8">Groups in 8 bits.</param>
/// <param name="Edges">Changes of precision between groups, and at the network's input and output.</param>
internal readonly record struct LatencyFeatures(double Float32, double Int8, double Edges);
