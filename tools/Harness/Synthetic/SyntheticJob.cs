using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes;
using Cluster.Evaluation.Setup;
using Cluster.Storage.Files;

namespace Cluster.Harness.Synthetic;

/// <summary>A job whose answers follow from its target's text: nothing is read and nothing computed.</summary>
/// <param name="spec">As it was prepared.</param>
/// <param name="folders">The node's.</param>
/// <param name="poisoned">What the process that poison acts on should stay below; null: poison is only told.</param>
internal sealed class SyntheticJob(JobSpec spec, NodeFolders folders, WorkingMemory? poisoned) : INodeJob
{
    // Total loss of all insensitive groups: less than a job usually allows.
    private const double HarmlessInAll = 0.004;

    private readonly SyntheticTarget _target = SyntheticTarget.Parse(spec.Options.Target);
    private readonly SyntheticNetwork _network = Network(SyntheticTarget.Parse(spec.Options.Target));

    /// <summary>Prepares a job on a synthetic target.</summary>
    /// <exception cref="JobException">The target's text, or a number, is not valid.</exception>
    public static PreparedResult Prepare(JobInputs inputs, JobOptions options)
    {
        var target = SyntheticTarget.Parse(options.Target);
        string model = CanonicalJson.Digest(new { target.Groups, target.Sensitive, target.Seed, target.Images });
        var decided = (options with
        {
            Epochs = options.Epochs ?? 1,

            // A synthetic network has nothing to learn, so reconstruct only on request.
            Reconstruct = options.Reconstruct == ReconstructionMode.Always ? ReconstructionMode.Always : ReconstructionMode.Never,
        }).Decided(inputs.Training is not null);
        var spec = new JobSpec
        {
            ModelDigest = model,
            Data = new DataDigests(
                CanonicalJson.Digest($"{model}/calibration"),
                CanonicalJson.Digest($"{model}/evaluation"),
                Training: decided.FineTune == FineTuneMode.Never ? null : CanonicalJson.Digest($"{model}/training")),
            Options = decided,
            SweepParts = SweepPart.Usual,

            Versions = VersionsOf(target),
        };
        spec.Validate();
        var space = Network(target).Space with { ModelDigest = model };
        var forecast = SearchForecast.Of(spec, space);
        return new PreparedResult(spec, space, [], forecast.Likely, forecast.Most, []);
    }

    public async Task<WorkResult> ExecuteAsync(
        WorkItem item, JobState? state, Action<WorkStage> stage, CancellationToken cancellation)
    {
        stage(WorkStage.Running);
        if (item is PublishItem)
        {
            return await PublishAsync(state!, cancellation);
        }

        double milliseconds = SyntheticPoison.Milliseconds(_target, item);
        if (milliseconds > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), cancellation);
        }

        return SyntheticPoison.Of(_target, item) is { } verb
            ? poisoned is null ? PoisonAct.Told(verb) : PoisonAct.Do(verb, poisoned.Bytes)
            : _network.Evaluate(item);
    }

    private async Task<PublishedResult> PublishAsync(JobState state, CancellationToken cancellation)
    {
        string plan = new PlanFile(state.Winner!.Plan, new BuiltFrom(spec.ModelDigest, spec.Data.Calibration, null), spec.Options.Seed)
            .Format();
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(plan));
        string digest = await new FolderArtefactStore(folders.Artefacts).PutAsync(content, cancellation);
        return new PublishedResult([new PublishedArtefact("winner.plan.json", digest, content.Length)]);
    }

    public void Dispose()
    {
        // There is nothing to dispose of.
    }

    // Without a class of devices every node computes the same.
    private static EvaluatorVersions VersionsOf(SyntheticTarget target) => target.Device switch
    {
        null => new EvaluatorVersions("synthetic 1", "synthetic 1", InstructionSet: string.Empty),
        SyntheticTarget.Processors => OpenedJob.CurrentVersions(),
        var gpu => OpenedJob.CurrentVersions() with { Device = gpu },
    };

    // Groups with almost no loss, groups with more loss than is allowed, and different gains from 8 bits.
    private static SyntheticNetwork Network(SyntheticTarget target)
    {
        var random = new SplitMix64((ulong)target.Seed);
        int[] order = [.. Enumerable.Range(0, target.Groups)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        var sensitive = order.Take(target.Sensitive ?? target.Groups / 4).ToHashSet();
        double[] float32 = [.. Enumerable.Range(0, target.Groups).Select(_ => 0.5 + Unit())];
        return new SyntheticNetwork
        {
            Damage = [.. Enumerable.Range(0, target.Groups)
                .Select(group => sensitive.Contains(group) ? 0.01 + (0.03 * Unit()) : HarmlessInAll / target.Groups * Unit())],
            Float32Ms = float32,
            Int8Ms = [.. float32.Select(ms => ms * ((target.IsFaster ? 0.3 : 1.1) + (0.4 * Unit())))],
            EdgeMs = 0.01 + (0.02 * Unit()),
            Images = target.Images,
            HasLabels = target.HasLabels,
        };

        double Unit() => random.Below(1 << 20) / (double)(1 << 20);
    }
}
