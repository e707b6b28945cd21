namespace Cluster.Coordinator.Questions;

/// <summary>
/// The expected loss of a plan that was not measured: the sum of its groups' divergences, each alone, converted to points by the measured
/// plans' losses (least squares through the origin).
/// </summary>
internal sealed class PredictedLoss
{
    private readonly SearchMemory _memory;
    private readonly FormatLoss _loss;
    private readonly double _slope;

    public PredictedLoss(SearchMemory memory)
    {
        _memory = memory;
        _loss = new FormatLoss(memory);
        var (xy, xx) = (0.0, 0.0);
        foreach (var plan in memory.FullPlans.Where(plan => !plan.IsBaseline))
        {
            var sum = Sum(plan);
            (xy, xx) = (xy + (sum * memory.Paired(plan, Model.ImageScope.Full)!.Drop), xx + (sum * sum));
        }

        _slope = xx > 0 ? Math.Max(0, xy / xx) : 0;
    }

    /// <summary>The expected drop, a fraction from 0.</summary>
    public double Drop(Plan plan) => _slope * Sum(plan);

    private double Sum(Plan plan) => _loss.Sum(_memory.Formats.NumbersOf(plan));
}
