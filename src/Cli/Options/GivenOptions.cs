namespace Cluster.Cli.Options;

/// <summary>What is said of a network's inputs, by each command that opens a network.</summary>
internal sealed class GivenOptions
{
    private readonly Option<string[]> _set = JobOptionSymbols.Words(JobLimits.Set);

    private readonly Option<string[]> _shape = JobOptionSymbols.Words(JobLimits.Shape);

    public void AddTo(Command command)
    {
        command.Options.Add(_shape);
        command.Options.Add(_set);
    }

    public GivenInputs Read(ParseResult parsed) =>
        new() { Set = parsed.GetValue(_set) ?? [], Shapes = parsed.GetValue(_shape) ?? [] };
}
