namespace Cluster.Evaluation.Nodes;

/// <summary>The folders that a node's workers read and write.</summary>
/// <param name="Artefacts">The artefact store's folder.</param>
/// <param name="Cache">The node's own folder for data that can be recreated: unpacked data, calibration
/// statistics.</param>
public sealed record NodeFolders(string Artefacts, string Cache)
{
    /// <summary>Folders whose files callers may name by their paths; none by default.</summary>
    public IReadOnlyList<string> Shared { get; init; } = [];

    /// <summary>The limit, in bytes, of unpacked data not in use; 0: none.</summary>
    public long UnpackedBytes { get; init; }

    /// <summary>The limit, in bytes, of calibration statistics not in use; 0: none.</summary>
    public long CalibrationBytes { get; init; }

    /// <summary>Calibration statistics, with a folder for each pair of model and data.</summary>
    public string Calibrations => Path.Combine(Cache, "calibration");

    /// <summary>Keeps unpacked data within its limit.</summary>
    public CacheRoom DataRoom => new(Data, UnpackedBytes);

    /// <summary>Keeps calibration statistics within their limit.</summary>
    public CacheRoom CalibrationRoom => new(Calibrations, CalibrationBytes);

    /// <summary>Calibration statistics of a model on data: shared by all slots and all jobs.</summary>
    public string Calibration(string model, string data) => Path.Combine(Calibrations, $"{model[..16]}-{data[..16]}");

    /// <summary>Unpacked data by the digest of its tar.</summary>
    public string Data => Path.Combine(Cache, "data");

    /// <summary>Preprocessing texts by digest.</summary>
    public string Preprocess => Path.Combine(Cache, "preprocess");

    /// <summary>Checkpoints of fine-tunings, next to the artefacts, so that any node of the store can resume them.</summary>
    public string FineTuning => Path.Combine(Artefacts, "fine-tuning");

    /// <summary>Finished blocks of reconstructions, in the same way.</summary>
    public string Reconstruction => Path.Combine(Artefacts, "reconstruction");

    /// <summary>What interrupted learning of an item has finished.</summary>
    public string Learning(WorkItem item) => LearningPlace.FolderOf(item is FineTuneItem ? FineTuning : Reconstruction, item.Id);

    /// <summary>Files that are deleted when the work that made them ends.</summary>
    public string Temporary => Path.Combine(Cache, "tmp");
}
