namespace Cluster.Coordinator.Results;

/// <summary>The plans that the winner is compared with.</summary>
/// <param name="Fp32">The original network.</param>
/// <param name="Int8">Every group in 8 bits by min-max without correction; absent if it could not be evaluated.</param>
/// <param name="Int8Best">Every group in 8 bits by the best calibrator and bias correction; absent if none could be evaluated.</param>
/// <param name="Given">The user's own file beside FP32 as timed; absent unless writing it anew made it faster.</param>
public sealed record ResultBaselines(ResultPlan Fp32, ResultPlan? Int8, ResultPlan? Int8Best, GivenTiming? Given = null);
