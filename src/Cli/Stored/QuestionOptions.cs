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

    private readonly Option<double?> _relative = NumberOptions.OpenShare(
        JobLimits.MaxDropRelative, "the same as a share of what FP32 has, e.g. 1%");

    private readonly Option<double?>[] _otherBounds =
    [
        NumberOptions.Open(
            JobLimits.MaxKl, "the fastest plan that diverges from FP32 by at most so many nats, of a job judged by output-kl"),
        NumberOptions.Open(
            JobLimits.MinSqnr, "the fastest plan with at least so many decibels, of a job judged by output-sqnr"),
        NumberOptions.OpenShare(
            JobLimits.MaxRmseRise, "the fastest plan whose RMSE is at most so much above FP32's, of a job judged by rmse"),
        NumberOptions.Open(
            JobLimits.MaxMetricDrop, "the fastest plan whose number is at most so much worse, of a job judged by a command"),
    ];

    private readonly Option<double?> _latency = QuantityOptions.Milliseconds(
        JobLimits.LatencyBudget, "the most accurate plan within this time of a run, e.g. 2ms or 800us");

    private readonly Option<long?> _size = QuantityOptions.Bytes(
        JobLimits.SizeBudget, "the most accurate plan of at most this size, e.g. 5MB");

    private readonly Option<long?> _bops = QuantityOptions.Count(
        JobLimits.BopsBudget, "the most accurate plan of at most so many bit operations an image, e.g. 2.5G");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_maxDrop, _relative, .. _otherBounds, _latency, _size, _bops])
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

        Option<double?>[] bounds = [.. _otherBounds.Append(_maxDrop).Append(_relative).Where(bound => parsed.GetValue(bound) is not null)];
        bool isLossBounded = bounds.Length > 0;
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

            var bounded = bounds.Aggregate(options, (asked, bound) => JobLimits.Named(bound.Name).With(asked, parsed.GetValue(bound)));
            return bounded with
            {
                Goal = isLossBounded ? SearchGoal.Fastest : SearchGoal.Accurate,
                MaxDropRelative = drop is null ? bounded.MaxDropRelative : null,
                LatencyBudgetMs = latency,
                SizeBudgetBytes = size,
                BopsBudget = bops,
            };
        };
    }
}
