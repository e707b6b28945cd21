namespace Cluster.Evaluation.Setup;

/// <summary>The stage of an attempt, as far as its deadline depends on it.</summary>
public enum WorkStage
{
    /// <summary>The job's files are read.</summary>
    Preparing,

    /// <summary>The one calibration pass runs, or the attempt waits for another process's.</summary>
    Calibrating,

    /// <summary>Other processes hold the machine.</summary>
    Waiting,

    /// <summary>Training, which may take hours.</summary>
    Training,

    /// <summary>The item itself runs.</summary>
    Running,

    /// <summary>The job's client scores predictions.</summary>
    Scoring,
}
