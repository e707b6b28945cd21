using Cluster.DataSpecs;
using Cluster.Kernels.Calibration;
using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Options;

/// <summary>The options of `cluster run`, and the job that a command line requests.</summary>
internal sealed class RunOptions
{
    private readonly RequestOptions _request = new()
    {
        Config = new ConfigOption(),
        Files = JobFileOptions.OfASearch(),
        Output = CommonOptions.Output(
            "DIR", "folder of the result; an interrupted job in it is resumed, a finished one reported", required: true),
    };
    private readonly Option<int> _workers = NumberOptions.Positive(
        "--workers", "candidates evaluated at once; does not change the winner", 1);
    private readonly Option<string> _cache = new("--cache")
    {
        Description = "folder of results across jobs, or none",
        HelpName = "DIR",
        DefaultValueFactory = _ => UserCache.Folder("evaluations")
    };
    private readonly InputOption _table = CommonOptions.File(
        "--latency-table", "FILE", "latency.json of another run, used instead of measuring");
    private readonly Option<string[]> _fleet = CommonOptions.Fleet(
        "jobs of the same command on other kinds of machines: find the plan that gains most where it gains least, with their times");
    private readonly InputOption _labels = CommonOptions.File(
        "--labels", "FILE.csv", "labels of evaluation images that have none, such as a label-these.csv that was filled in");
    private readonly Option<bool> _retime = new("--retime")
    {
        Description = "time the finalists of the finished job in the folder again, and measure nothing else",
    };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "start over in a folder that holds a job" };

    public RunOptions() => CommonOptions.Checked(
        _request.Job.Of(JobLimits.Methods), text => CalibratorNames.Require(JobOptionSymbols.Split(text)));

    public void AddTo(Command command)
    {
        _request.AddTo(command);
        foreach (var option in new Option[] { _workers, _cache, _labels, _table, _fleet, _fresh, _retime })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Warnings about allowed but probably unintended values, one sentence each.</summary>
    /// <exception cref="UsageException">A value makes no sense on this machine.</exception>
    public IEnumerable<string> Warnings(ParseResult parsed)
    {
        // With a latency table nothing is timed here, and the table may come from a machine with more cores.
        string? threads = parsed.GetValue(_table) is null
            ? ThreadCount.Judge(parsed.GetValue<int>(JobLimits.Threads.Name), Environment.ProcessorCount)
            : null;
        return new[] { _request.Job.Warning(parsed), threads }.OfType<string>();
    }

    /// <exception cref="UsageException">Options contradict.</exception>
    public JobRequest Request(ParseResult parsed) =>
        parsed.GetValue(_retime)
            && (parsed.GetValue(_fresh) ? _fresh.Name : parsed.GetValue(_table) is null ? null : _table.Name) is { } other
            ? throw new UsageException($"--retime times a finished job again, and {other} has it done without: leave one of them out.")
            : Read(parsed);

    private JobRequest Read(ParseResult parsed) => _request.Read(parsed) with
    {
        Options = _request.Job.Read(parsed, parsed.GetValue(_request.Files.Training!) is not null),
        Workers = parsed.GetValue(_workers),
        Cache = parsed.GetRequiredValue(_cache) is var cache && cache == "none" ? null : cache,
        Labels = parsed.GetValue(_labels),
        LatencyTable = parsed.GetValue(_table),
        Fleet = parsed.GetValue(_fleet) ?? [],
        Fresh = parsed.GetValue(_fresh),
        Retime = parsed.GetValue(_retime),
    };
}
