namespace Cluster.Coordinator.Work;

/// <summary>What became of one block.</summary>
/// <param name="Name">Its weighted nodes, joined by '+'.</param>
/// <param name="Phase">What was learned: "weights", "activations" or "weights+activations". BRECQ takes each block twice.</param>
/// <param name="Before">Reconstruction loss on held-out calibration images with weights rounded to nearest and calibrated ranges.</param>
/// <param name="After">The same with what was learned.</param>
/// <param name="Kept">Whether the file has what was learned: the loss fell, and the evaluation did not take it back.</param>
/// <param name="TakenBack">Whether the loss fell and the evaluation took it back.</param>
/// <param name="Iterations">Iterations it took.</param>
/// <param name="Seconds">Of them.</param>
public sealed record ReconstructedBlock(string Name, string Phase, double Before, double After, bool Kept, bool TakenBack, int Iterations, double Seconds);
