namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>A job with a given plan, whose network and data are read and checked: before any work, like a job that searches.</summary>
internal sealed class GivenJob : IDisposable
{
    private readonly JobRequest _request;
    private readonly GivenPlan _given;
    private readonly Action<string> _say;
    private readonly SpillSpace _pixels;
    private readonly NetworkSetup _network;

    /// <summary>Reads and checks everything that a user can get wrong.</summary>
    /// <param name="folder">Where images and tensors that do not fit into memory are stored.</param>
    /// <exception cref="JobException">The request cannot be fulfilled.</exception>
    /// <exception cref="KernelException">Model or data cannot be used.</exception>
    public GivenJob(JobRequest request, GivenPlan given, string folder, Action<string> say)
    {
        (_request, _given, _say) = (request, given, say);
        var (inputs, options) = (request.Inputs, request.Options);
        Stored = given.Plan is { } plan ? PlanFiles.Read(plan) : null;
        options = request.Options with { Input = InputOf(Stored) ?? options.Input };
        _request = request = request with { Options = options };
        var target = TargetList.Find(Stored?.Plan.Target ?? options.Target);
        if (target.InputFault(options) is { } fault)
        {
            throw new JobException(fault) { FailsOn = JobFault.Request };
        }

        RunsHere = IsUsable(target);
        Network = NetworkFile.OpenFor(
            inputs.Model,
            Stored,
            options.Equalize == ChannelScaling.On,
            FreeInputs.Of(inputs, options, JobAccess.Own),
            isFast: target.IsFast(options),
            pixels: AskedPixels.Of(inputs, options));
        if (Network.Equalization is { } equalized)
        {
            say($"equalized {equalized.Pairs.Count} pairs of "
                + $"layers{(equalized.Skipped is [var first, ..] ? $"; {equalized.Skipped.Count} layers are in no pair: {first}" : "")}");
        }

        var memory = WorkingMemory.Of(request.Memory);
        _pixels = memory.ImageSpace(folder);
        try
        {
            Data = JobData.Open(inputs, options, Network, _pixels, isSearch: false);
            RequireLearnable();
        }
        catch
        {
            _pixels.Dispose();
            throw;
        }

        string[] notes = [.. GivenInputs.Of(options).Notes, .. Data.Warnings.Select(warning => $"warning: {warning}"), .. Data.Readings];
        Array.ForEach(notes, say);
        _network = new NetworkSetup(Network, target, memory, folder);
    }

    /// <summary>The plan file; null: the plan is made.</summary>
    public PlanFile? Stored { get; }

    public NetworkFile Network { get; }

    public JobData Data { get; }

    /// <summary>Whether the plan's target is on this machine. Its file can be made anywhere.</summary>
    public bool RunsHere { get; }

    /// <summary>Reads or makes the plan with its numbers.</summary>
    /// <inheritdoc cref="QuantizePlanner.Make"/>
    public (QuantizePlan Plan, EvaluationSetup Setup) Make(CancellationToken cancellation)
    {
        if (_given.Calibration is not null && Data.Samples is { } samples)
        {
            _network.RequireSameFunction(samples);
        }

        var plan = new QuantizePlanner(_request, _given, _network, Data, _say).Make(cancellation);
        var setup = _network.With(plan.Statistics, Data, _request.Options, _given.Storage);
        setup.Warn(_say);
        return (plan, setup);
    }

    public void Dispose()
    {
        _network.Dispose();
        _pixels.Dispose();
    }

    // As the plan's file does.
    private static InputForm? InputOf(PlanFile? stored) => stored?.BuiltFrom.Channels switch
    {
        null => null,
        { Length: 4 } => InputForm.Rgba,
        _ => InputForm.Rgb,
    };

    private void RequireLearnable()
    {
        string? learned = Data.GivenCalibration is { } calibration ? LearningChoice.Obstacle(Network, calibration) : null;
        string? trained = Data.Training is { } training ? LearningChoice.TrainingObstacle(Network, training) : null;
        string? refusal = _given.LearnedRounding is not null && learned is not null
            ? $"--rounding {_given.Rounding} learns from {learned}: leave it out."
            : trained is not null ? $"Fine-tuning learns from {trained}." : null;
        if (refusal is not null)
        {
            throw new JobException(refusal) { FailsOn = JobFault.Request };
        }

        if (Data.Training is not null)
        {
            JudgedSamples.RequireLabels(metric: default, Network, (Data.Evaluation.Images, DataAccess.Anywhere));
        }
    }

    private bool IsUsable(ITarget target)
    {
        try
        {
            target.RequireUsable();
            return true;
        }
        catch (JobException refusal) when (_request.Inputs.Evaluation is null)
        {
            _say($"{refusal.Message} The file is as the plan says, but is not run here.");
            return false;
        }
    }
}
