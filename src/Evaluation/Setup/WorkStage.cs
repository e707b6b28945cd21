namespace Cluster.Evaluation.Setup;

/// <summary>What an attempt is at, as far as its deadline cares.</summary>
public enum WorkStage
{
    /// <summary>The job's files are read.</summary>
    Preparing,

    /// <summary>The one calibration pass runs, or another process's is waited for.</summary>
    Calibrating,

    /// <summary>Others hold the machine.</summary>
    Waiting,

    /// <summary>Training, which may take hours.</summary>
    Training,

    /// <summary>The item itself.</summary>
    Running,
}
