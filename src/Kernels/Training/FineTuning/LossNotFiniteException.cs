namespace Cluster.Kernels.Training.FineTuning;

/// <summary>A loss or a gradient is not a finite number: training has to go back.</summary>
internal sealed class LossNotFiniteException : Exception;
