namespace Cluster.Evaluation.Inputs;

/// <summary>The files of one job's output folder.</summary>
public sealed class JobFolder
{
    public JobFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string Journal => In("journal.jsonl");

    public string Result => In("result.json");

    public string WinnerPlan => In("winner.plan.json");

    public string WinnerModel => In("winner.qdq.onnx");

    public string Latency => In("latency.json");

    public string Calibration => CalibrationIn(Root);

    public string CalibrationCache => In("calibration.cache");

    public string Front => In("front.csv");

    public string Sensitivity => In("sensitivity.csv");

    public string Report => In("report.html");

    /// <summary>Checkpoints of the winner's fine-tuning, until its result is published.</summary>
    public string FineTuning => In("fine-tuning");

    /// <summary>Finished blocks of a reconstruction, until its result is published.</summary>
    public string Reconstruction => In("reconstruction");

    /// <summary>Where a job keeps its calibration statistics, without making its folder.</summary>
    public static string CalibrationIn(string root) => Path.Combine(Path.GetFullPath(root), "calibration");

    /// <summary>Forgets what was made from an earlier job's journal; the journal itself is its owner's.</summary>
    public void Clear()
    {
        foreach (string file in new[] { Result, WinnerPlan, WinnerModel, Latency, CalibrationCache, Front, Sensitivity, Report })
        {
            File.Delete(file);
        }

        foreach (string folder in new[] { Calibration, FineTuning, Reconstruction }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string In(string name) => Path.Combine(Root, name);
}
