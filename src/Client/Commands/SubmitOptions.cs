using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Terminal.Jobs;

namespace Cluster.Client.Commands;

/// <summary>The options of `cluster submit`: those of `cluster run` that define the search, and those for submitting.</summary>
internal sealed class SubmitOptions
{
    private const int LongestName = 100;

    private readonly JobFileOptions _files = JobFileOptions.OfASearch();
    private readonly JobOptionSymbols _job = new();
    private readonly Option<string?> _name = new("--name")
    {
        Description = "the job's name for people, at most 100 characters (default: the model's)",
        HelpName = "TEXT"
    };
    private readonly Option<Guid?> _requestId = new("--request-id")
    {
        Description = "UUID that makes resubmitting safe: the server makes one job for it (default: a new one, printed)",
        HelpName = "UUID"
    };
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "check and estimate, submit nothing; files are uploaded for it"
    };
    private readonly Option<bool> _watch = new("--watch") { Description = "then follow the job, as ./cluster watch does" };
    private readonly Option<bool> _sharedPaths = SharedPathsOption();

    /// <summary>Whether the data lie where every node sees them.</summary>
    public static Option<bool> SharedPathsOption() => new("--shared-paths")
    {
        Description = "upload no data: the server's operator shares it (silo --shared-data) under the same paths"
    };

    public SubmitOptions()
    {
        // Refused in a sentence of its own: see Request.
        _job.Of(JobLimits.MetricCommand).Hidden = true;
        _name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: > LongestName and var length }, ..])
            {
                result.AddError($"--name has {length} characters; at most {LongestName} are expected.");
            }
        });
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        [new ConfigOption(), .. _files.All, .. _job.All, _name, _requestId, _dryRun, _watch, _sharedPaths];

    /// <summary>A warning about what is allowed but probably not meant; else null.</summary>
    public string? Warning(ParseResult parsed) => _job.Warning(parsed);

    /// <exception cref="UsageException">Options contradict each other.</exception>
    public SubmitRequest Request(ParseResult parsed)
    {
        var inputs = _files.Read(parsed);
        var options = _job.Read(parsed, inputs.Training is not null);
        if (options.MetricCommand is not null || options.Measure.IsCommand())
        {
            throw new UsageException(
                $"{JobLimits.MetricCommand.Name} runs a program of yours, and a server runs none; use `run` on a machine of yours, or "
                + "submit the job from Python, which judges in its own process.");
        }

        return new SubmitRequest
        {
            Inputs = inputs with { Training = options.FineTune == FineTuneMode.Never ? null : inputs.Training },
            Options = options,
            Targets = TargetNames.Of(options),
            Name = parsed.GetValue(_name) ?? NameOf(inputs.Model),
            RequestId = parsed.GetValue(_requestId) ?? Guid.NewGuid(),
            SharedPaths = parsed.GetValue(_sharedPaths),
            DryRun = parsed.GetValue(_dryRun),
            Watch = parsed.GetValue(_watch) && parsed.GetValue(_dryRun)
                ? throw new UsageException("--watch and --dry-run were both given; a dry run submits nothing to watch.")
                : parsed.GetValue(_watch),
        };
    }

    private static string NameOf(string model)
    {
        string name = Path.GetFileNameWithoutExtension(model);
        return name.Length > LongestName ? name[..LongestName] : name;
    }
}
