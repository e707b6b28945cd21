using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Options;

/// <summary>The options of a job on this machine, with a search or a given plan, and the request made of them.</summary>
/// <param name="job">The options of a job that the command has; none: all.</param>
internal sealed class RequestOptions(params IReadOnlyList<JobLimit> job)
{
    private readonly Option<long?> _memory = CommonOptions.Memory();

    /// <summary>The job's file; null: the command takes none.</summary>
    public ConfigOption? Config { get; init; }

    public required JobFileOptions Files { get; init; }

    public JobOptionSymbols Job { get; } = new(job);

    public required Option<string?> Output { get; init; }

    /// <summary>Whether an existing output is replaced.</summary>
    public Option<bool>? Force { get; init; }

    /// <summary>Adds all of them, in the order of the help.</summary>
    public void AddTo(Command command)
    {
        Option?[] all = [Config, .. Files.All, Output, .. Job.All, _memory, Force];
        foreach (var option in all.OfType<Option>())
        {
            command.Options.Add(option);
        }
    }

    public JobRequest Read(ParseResult parsed) => new()
    {
        Inputs = Files.Read(parsed),
        Options = Job.Chosen(parsed),
        Output = parsed.GetValue(Output) ?? string.Empty,
        Memory = parsed.GetValue(_memory),
        Fresh = Force is not null && parsed.GetValue(Force),
    };
}
