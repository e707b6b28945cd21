namespace Cluster.Coordinator.Views;

/// <summary>One measurement of a candidate.</summary>
/// <param name="Sequence">The item's number in the job.</param>
/// <param name="Result">An <see cref="AccuracyResult"/> or a <see cref="LatencyResult"/>.</param>
/// <param name="Drop">Loss of top-1 against FP32 on the same images, a fraction; null for latencies, and if FP32 was not measured on
/// them.</param>
/// <param name="Source">The result's source.</param>
/// <param name="Attempts">How often it was tried; 0 if the result was known already.</param>
/// <param name="Kind">The kind of machine that it was timed on; null: the job's only one.</param>
public sealed record EvaluationView(int Sequence, WorkResult Result, double? Drop, ResultSource Source, int Attempts, string? Kind = null);
