namespace Cluster.Cli.Stored;

/// <summary>The question of `cluster solve` to a finished job; options that are not given are the job's.</summary>
internal sealed class QuestionOptions
{
    private readonly Option<MaxDrop?> _maxDrop = MaxDrop.Option("the fastest plan that loses at most this much");

    private readonly Option<double?> _latency = QuantityOptions.Of(
        JobLimits.LatencyBudget, "the most accurate plan within this time of a run, e.g. 2ms or 800us");

    private readonly Option<long?> _size = QuantityOptions.Of(
        JobLimits.SizeBudget, "the most accurate plan of at most this size, e.g. 5MB");

    private readonly Option<long?> _bops = QuantityOptions.Of(
        JobLimits.BopsBudget, "the most accurate plan of at most so many bit operations an image, e.g. 2.5G");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_maxDrop, _latency, _size, _bops])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>A sentence if the bound of the loss is unusual, else null.</summary>
    public string? Warning(ParseResult parsed, JobOptions options) => parsed.GetValue(_maxDrop)?.Warning(options);

    /// <summary>The question; a bound of the loss together with budgets asks for the fastest plan that keeps both.</summary>
    /// <exception cref="UsageException">Nothing is asked.</exception>
    /// <param name="ofFleet">Whether it is about several jobs: then nothing given is their own question.</param>
    public Func<JobOptions, JobOptions> Read(ParseResult parsed, bool ofFleet)
    {
        var drop = parsed.GetValue(_maxDrop);
        var (latency, size, bops) = (parsed.GetValue(_latency), parsed.GetValue(_size), parsed.GetValue(_bops));
        if (drop is null && latency is null && size is null && bops is null)
        {
            if (ofFleet)
            {
                return options => options;
            }

            throw new UsageException(
                $"nothing is asked; give {JobLimits.MaxDrop.Name}, {JobLimits.LatencyBudget.Name}, {JobLimits.SizeBudget.Name} or "
                + $"{JobLimits.BopsBudget.Name}.");
        }

        return options => StoredSolver.Question(drop?.In(options) ?? options, drop is not null, latency, size, bops);
    }
}
