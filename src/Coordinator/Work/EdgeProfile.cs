namespace Cluster.Coordinator.Work;

/// <summary>What it costs to change precision on one edge.</summary>
/// <param name="From">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="To">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="QuantizeMs">Milliseconds a run from FP32 to 8 bits.</param>
/// <param name="DequantizeMs">Milliseconds a run from 8 bits to FP32.</param>
public sealed record EdgeProfile(int From, int To, string Tensor, double QuantizeMs, double DequantizeMs);
