using System.CommandLine;
using Cluster.Coordinator.Model.Options;
using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Cli.Stored;

/// <summary>What `cluster solve` asks of a job that was run; what is not given is as the job had it.</summary>
internal sealed class QuestionOptions
{
    private readonly Option<double?> _maxDrop = NumberOptions.OpenShare(
        JobLimits.MaxDrop, "the fastest plan that loses at most this much accuracy, e.g. 0.5% or 0.005, of a job judged by top1 or top5");

    private readonly Option<double?> _maxKl = NumberOptions.Open(
        JobLimits.MaxKl, "the fastest plan that diverges from FP32 by at most so many nats, of a job judged by output-kl");

    private readonly Option<double?> _minSqnr = NumberOptions.Open(
        JobLimits.MinSqnr, "the fastest plan with at least so many decibels, of a job judged by output-sqnr");

    private readonly Option<double?> _maxRmseRise = NumberOptions.OpenShare(
        JobLimits.MaxRmseRise, "the fastest plan whose RMSE is at most so much above FP32's, of a job judged by rmse");

    private readonly Option<double?> _maxMetricDrop = NumberOptions.Open(
        JobLimits.MaxMetricDrop, "the fastest plan whose number is at most so much worse, of a job judged by a command");

    private readonly Option<double?> _relative = NumberOptions.OpenShare(
        JobLimits.MaxDropRelative, "the same as a share of what FP32 has, e.g. 1%");

    private readonly Option<double?> _latency = QuantityOptions.Milliseconds(
        JobLimits.LatencyBudget, "the most accurate plan within this time of a run, e.g. 2ms or 800us");

    private readonly Option<long?> _size = QuantityOptions.Bytes(
        JobLimits.SizeBudget, "the most accurate plan of at most this size, e.g. 5MB");

    private readonly Option<long?> _bops = QuantityOptions.Count(
        JobLimits.BopsBudget, "the most accurate plan of at most so many bit operations an image, e.g. 2.5G");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_maxDrop, _relative, _maxKl, _minSqnr, _maxRmseRise, _maxMetricDrop, _latency, _size, _bops])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The question; a bound of the loss together with budgets asks for the fastest plan that keeps both.</summary>
    /// <exception cref="UsageException">Nothing is asked, or the loss is bounded twice.</exception>
    public Func<JobOptions, JobOptions> Read(ParseResult parsed)
    {
        var (drop, relative) = (parsed.GetValue(_maxDrop), parsed.GetValue(_relative));
        var (latency, size, bops) = (parsed.GetValue(_latency), parsed.GetValue(_size), parsed.GetValue(_bops));
        if (drop is not null && relative is not null)
        {
            throw new UsageException(
                $"{JobLimits.MaxDrop.Name} and {JobLimits.MaxDropRelative.Name} are two bounds of the same loss; leave one of them out.");
        }

        var (kl, sqnr, rise) = (parsed.GetValue(_maxKl), parsed.GetValue(_minSqnr), parsed.GetValue(_maxRmseRise));
        double? worse = parsed.GetValue(_maxMetricDrop);
        bool isLossBounded = new[] { drop, relative, kl, sqnr, rise, worse }.Any(bound => bound is not null);
        if (!isLossBounded && latency is null && size is null && bops is null)
        {
            throw new UsageException(
                $"nothing is asked; give {JobLimits.MaxDrop.Name} or the bound of another metric, {JobLimits.MaxDropRelative.Name}, "
                + $"{JobLimits.LatencyBudget.Name}, "
                + $"{JobLimits.SizeBudget.Name} or {JobLimits.BopsBudget.Name}.");
        }

        return options =>
        {
            if (drop is not null && !options.Measure.IsShare())
            {
                throw new UsageException(JobOptions.Misplaced(JobLimits.MaxDrop.Name, MetricKind.Top1, options.Measure));
            }

            return options with
            {
                Goal = isLossBounded ? SearchGoal.Fastest : SearchGoal.Accurate,
                MaxKl = kl ?? options.MaxKl,
                MinSqnr = sqnr ?? options.MinSqnr,
                MaxRmseRise = rise ?? options.MaxRmseRise,
                MaxMetricDrop = worse ?? options.MaxMetricDrop,
                MaxDrop = drop ?? options.MaxDrop,
                MaxDropRelative = drop is null ? relative ?? options.MaxDropRelative : null,
                LatencyBudgetMs = latency,
                SizeBudgetBytes = size,
                BopsBudget = bops,
            };
        };
    }
}
