namespace Cluster.Evaluation.Targets;

/// <summary>
/// A runtime that plans are made and measured for, as named by `--target`. Everything that differs between targets is behind this
/// interface; only <see cref="TargetList"/> knows them all.
/// </summary>
internal interface ITarget
{
    /// <summary>Its name on the command line and in plans, such as "onnxruntime-cpu".</summary>
    string Name { get; }

    /// <summary>The runtime with its version, as stated with latencies.</summary>
    string Runtime { get; }

    /// <summary>The device that it computes on, as stated with latencies: "cpu", "cuda:0".</summary>
    string Device { get; }

    /// <summary>Whether it computes on a GPU: slots on processors cannot run its files.</summary>
    bool UsesGpu => false;

    /// <summary>The class of that GPU, or of the other machine, which its times belong to; null for a target on the processors.</summary>
    string? DeviceClass => null;

    /// <summary>Whether this machine's libraries include its runtime; device and driver may still be missing.</summary>
    bool IsInstalled => true;

    /// <summary>The formats that a search may choose besides FP32; INT8, the baseline of all comparisons, first.</summary>
    IReadOnlyList<GroupFormat> Formats => PlanTranslator.UsualFormats;

    /// <summary>The formats that it uses by default.</summary>
    IReadOnlyList<GroupFormat> SearchedFormats => [GroupFormat.Int8];

    /// <summary>The other machine that its files are timed on; null: this one.</summary>
    TimingAgent? Agent => null;

    /// <summary>Reads the clocks of that GPU, if they are visible.</summary>
    IGpuSensor? Sensor => null;

    /// <summary>The same target on a slot's device.</summary>
    ITarget On(SlotDevice slot) => this;

    /// <summary>Whether files are written in forms that its kernels run fast, unless a job asks for plain ones.</summary>
    bool HasFastForms => false;

    /// <summary>Whether a job's files are written in such forms.</summary>
    sealed bool IsFast(JobOptions options) => HasFastForms && options.Form != LayerForm.Plain;

    /// <summary>Why its files cannot take the pixels that a job asks for, in a sentence; null: they can, or none are.</summary>
    sealed string? InputFault(JobOptions options) => options.Channels is null || HasFastForms ? null
        : $"{JobLimits.Input.Name} is {JobLimits.Input.WordIn(options)}, and files for {Name} take floats: leave it out, or choose "
            + $"{JobLimits.Target.Name} {TargetList.Usual.Name}.";

    /// <summary>The form of a plan's file for its runtime.</summary>
    /// <param name="storage">How codes below 8 bits are stored, where the form leaves it open.</param>
    /// <param name="form">How layers are written, where the runtime has faster forms.</param>
    /// <param name="samples">Calibration samples that such forms are proved on; null: there are none.</param>
    FileForm Form(CalibrationStatistics statistics, CodeStorage storage, LayerForm form, ImageBatches? samples) => FormedFile.Qdq(storage);

    /// <summary>Throws if the target cannot compute on this machine, before any work.</summary>
    /// <exception cref="JobException">It cannot; the message says in one sentence what to do.</exception>
    void RequireUsable();

    /// <summary>Opens a network for accuracy and latency: a published file, or one in FP32.</summary>
    /// <param name="threads">Threads of the runtime in one run.</param>
    /// <param name="name">The file's name for messages.</param>
    IRuntimeNetwork Open(ModelFile file, int threads, string name);

    /// <summary>Splits the time of a run: medians of each group's kernels, and separately of changes of precision.</summary>
    /// <param name="inputs">One for each input of the network, in order.</param>
    KernelTimes Profile(GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation);

    /// <summary>Checks, by this target's rules, whether the runtime computes the same as the plan's simulation.</summary>
    /// <param name="artefact">The file of a plan that quantizes something.</param>
    /// <param name="outputs">The job's meaning of the network's outputs.</param>
    ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation);
}
