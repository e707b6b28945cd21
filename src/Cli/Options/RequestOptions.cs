namespace Cluster.Cli.Options;

/// <summary>The options of a job on this machine, with a search or a given plan, and the request made of them.</summary>
/// <param name="job">The options of a job that the command has; none: all.</param>
internal sealed class RequestOptions(params IReadOnlyList<JobLimit> job)
{
    private readonly InputOption _model = CommonOptions.Model();
    private readonly InputOption _preprocess = CommonOptions.Preprocess();
    private readonly Option<long?> _memory = CommonOptions.Memory();

    public InputOption? Data { get; init; }

    public InputOption? Evaluation { get; init; }

    public InputOption? Test { get; init; }

    public InputOption? Training { get; init; }

    public required Option<string?> Output { get; init; }

    /// <summary>Whether an existing output is replaced.</summary>
    public Option<bool>? Force { get; init; }

    public JobOptionSymbols Job { get; } = new(job);

    /// <summary>Adds all of them, in the order of the help.</summary>
    public void AddTo(Command command)
    {
        Option?[] all = [_model, Data, Evaluation, Test, Training, _preprocess, Output, .. Job.All, _memory, Force];
        foreach (var option in all.OfType<Option>())
        {
            command.Options.Add(option);
        }
    }

    public JobRequest Read(ParseResult parsed)
    {
        string? Of(InputOption? option) => option is null ? null : parsed.GetValue(option);
        return new JobRequest
        {
            Inputs = new LocalInputs
            {
                Model = parsed.GetValue(_model)!,
                Calibration = Of(Data),
                Evaluation = Of(Evaluation),
                Test = Of(Test),
                Training = Of(Training),
                Preprocess = parsed.GetValue(_preprocess),
                RunsCommands = true,
                IsModelApart = true,
            },
            Options = Job.Chosen(parsed),
            Output = parsed.GetValue(Output) ?? string.Empty,
            Memory = parsed.GetValue(_memory),
            Fresh = Force is not null && parsed.GetValue(Force),
        };
    }
}
