namespace Cluster.Evaluation.Nodes;

/// <summary>
/// A job on a node: its files are found and checked against its spec, and it shares its calibration with the node's other slots.
/// </summary>
public sealed class NodeJob : INodeJob
{
    private readonly NodeFolders _folders;
    private readonly LocatedFiles _files;
    private readonly OpenedJob _opened;
    private readonly LocalEvaluator _evaluator;
    private readonly CachedFolder _calibration;
    private readonly SlotDevice _slot;

    // State of the current item: one at a time.
    private JobState? _state;

    private NodeJob(JobEntry job, NodeFolders folders, LocatedFiles files, OpenedJob opened, CachedFolder calibration, SlotDevice slot)
    {
        _slot = slot;
        _files = files;
        _folders = folders;
        _opened = opened;
        _calibration = calibration;
        _evaluator = new LocalEvaluator(opened.Lazy, new LearningPlace
        {
            Checkpoints = folders.FineTuning,
            Blocks = folders.Reconstruction,
            Device = slot,
            KeepAsync = KeepAsync,
            ReadAsync = ReadAsync
        },
        cancellation => new NodePublisher(opened, folders, new FolderArtefactStore(folders.Artefacts), ReadAsync).PublishAsync(
            job, _state!, cancellation));
    }

    /// <summary>Opens a job.</summary>
    /// <exception cref="NodeUnfitException">Its files are missing here or differ from the spec, or this machine computes different numbers
    /// than the spec requires.</exception>
    public static async Task<NodeJob> OpenAsync(
        JobEntry job,
        NodeFolders folders,
        WorkingMemory memory,
        SlotDevice slot,
        IPredictionJudge? judge,
        CancellationToken cancellation)
    {
        // The items that need the device check it.
        var versions = OpenedJob.CurrentVersions() with { Device = job.Spec.Versions.Device };
        var expected = job.Spec.Options.Kinds is null
            ? job.Spec.Versions
            : job.Spec.Versions with { InstructionSet = versions.InstructionSet }; // only timed here
        if (versions != expected)
        {
            throw new NodeUnfitException(
                $"{Environment.MachineName} computes with {Text(versions)} where the job was made for {Text(job.Spec.Versions)}: "
                + "run nodes of one version and class, or submit the job again.");
        }

        var files = await LocateAsync(job, folders, judge, cancellation);
        CachedFolder? calibration = null;
        try
        {
            calibration = CachedFolder.Use(Path.GetFullPath(folders.Calibration(job.Spec.Network, job.Spec.Data.Calibration)));
            return new NodeJob(job, folders, files, Open(job, files, folders, calibration.Path, memory, slot), calibration, slot);
        }
        catch
        {
            calibration?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<WorkResult> ExecuteAsync(
        WorkItem item, JobState? state, Action<WorkStage> stage, CancellationToken cancellation)
    {
        _state = state;
        RequireDevice(item.Place);
        await CalibrateAsync(stage, cancellation);
        try
        {
            return await _evaluator.MeasureAsync(item, stage, cancellation);
        }
        catch (DamagedFileException damage) when (item is FineTuneItem or ReconstructItem or RepairItem)
        {
            // The next attempt starts over instead of finding the same file again.
            WorkFolders.Delete(_folders.Learning(item));
            throw new NodeUnfitException($"{damage.Message} It was removed, and the work begins anew.", damage);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _opened.Dispose();
        _calibration.Dispose();
        _files.Dispose();
    }

    // A GPU's driver may have changed since its slot was announced.
    private void RequireDevice(WorkPlace place)
    {
        var versions = _opened.Spec.Versions;
        if (versions.Device is { } device && place.UsesTarget(versions) && device != _slot.Class)
        {
            throw new NodeUnfitException(
                $"This slot of {Environment.MachineName} computes on {_slot.Class ?? "the processors"} where the job was made for "
                + $"{device}: give its work to slots of that class, or submit the job again.");
        }
    }

    // Unpacked files may have been damaged since: they are unpacked again for the next attempt, here or elsewhere.
    private static OpenedJob Open(
        JobEntry job, LocatedFiles files, NodeFolders folders, string calibration, WorkingMemory memory, SlotDevice slot)
    {
        try
        {
            return OpenedJob.Open(files.Inputs, files.Access, job.Spec, calibration, memory, slot);
        }
        catch (Exception damage) when (damage is KernelException or JobException or IOException)
        {
            new UnpackedData(new FolderArtefactStore(folders.Artefacts), folders, TarLimits.Default).Forget(
                job.Inputs.DataArtefacts());
            throw new NodeUnfitException($"{damage.Message} This was found on {Environment.MachineName}.", damage);
        }
    }

    // The silo that accepted the job shares these paths; this node does not, or no longer does.
    private static async Task<LocatedFiles> LocateAsync(
        JobEntry job, NodeFolders folders, IPredictionJudge? judge, CancellationToken cancellation)
    {
        try
        {
            return await new JobFiles(folders).LocateAsync(job.Inputs, cancellation, judge);
        }
        catch (PathNotSharedException elsewhere)
        {
            throw new NodeUnfitException($"{elsewhere.Message} This was found on {Environment.MachineName}.", elsewhere);
        }
    }

    // Stored as an artefact, because the winner's files may be made on another node.
    private async Task<string> KeepAsync(LearnedParameters learned, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        learned.Save(content);
        content.Position = 0;
        return await new FolderArtefactStore(_folders.Artefacts).PutAsync(content, cancellation);
    }

    private async Task<LearnedParameters> ReadAsync(string digest, CancellationToken cancellation)
    {
        await using var content = await new FolderArtefactStore(_folders.Artefacts).OpenAsync(digest, cancellation);
        return LearnedParameters.Load(content);
    }

    private static string Text(EvaluatorVersions versions) => $"{versions.Numerics}, {versions.Runtime}, {versions.InstructionSet}";

    // One pass per machine: later slots wait for the first one's statistics and read them.
    private async Task CalibrateAsync(Action<WorkStage> stage, CancellationToken cancellation)
    {
        if (_opened.Lazy.IsMade)
        {
            return;
        }

        stage(WorkStage.Calibrating);
        using var others = await new MachineLock(CachedFolder.LockOf(_calibration.Path)).ExclusiveAsync(cancellation);
        bool isThere = File.Exists(new CalibrationFolder(_calibration.Path).StatisticsPath);
        using (await new MachineLock().SharedAsync(cancellation))
        {
            try
            {
                await Task.Run(() => _opened.Lazy.Make(cancellation), cancellation);
            }
            catch (KernelException failure)
            {
                throw EvaluationFailures.OfNetwork(failure);
            }
        }

        if (!isThere)
        {
            // Their size is known only after writing.
            _folders.CalibrationRoom.Make(0);
        }
    }
}

/// <summary>One open job in a process.</summary>
public interface INodeJob : IDisposable
{
    /// <summary>Runs an item; every failure is thrown.</summary>
    /// <param name="item">What to do.</param>
    /// <param name="state">The job, with a winner, if its files are to be made (<see cref="PublishItem"/>); else null.</param>
    /// <param name="stage">Receives each stage.</param>
    /// <param name="cancellation">Stops it.</param>
    Task<WorkResult> ExecuteAsync(WorkItem item, JobState? state, Action<WorkStage> stage, CancellationToken cancellation);
}
