using Cluster.Terminal.Jobs;

namespace Cluster.Evaluation.Inputs;

/// <summary>The files of one job's output folder.</summary>
public sealed class JobFolder
{
    /// <summary>The journal's name.</summary>
    public const string JournalName = "journal.jsonl";

    /// <summary>Creates the folder if it does not exist.</summary>
    public JobFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Directory.CreateDirectory(Root);
    }

    /// <summary>Full path of the folder.</summary>
    public string Root { get; }

    /// <summary>The journal, from which an interrupted job resumes.</summary>
    public string Journal => In(JournalName);

    /// <summary>The result for scripts, `cluster.result/v1`.</summary>
    public string Result => In("result.json");

    /// <summary>Results of several targets, whose jobs have folders below this one, `cluster.targets/v1`.</summary>
    public string Targets => In("targets.json");

    /// <summary>The job as it was given, for `--config`.</summary>
    public string Config => In("job.yaml");

    /// <summary>Plan of the winner, with the digests of what it was built from.</summary>
    public string WinnerPlan => In("winner.plan.json");

    /// <summary>ONNX file of the winner; the unchanged FP32 network if nothing quantized won.</summary>
    public string WinnerModel => In("winner.qdq.onnx");

    /// <summary>FP32 as it was timed, where it was written anew and another network won.</summary>
    public string Float32Model => In("float32.onnx");

    /// <summary>Path stem of the winner's files for other tools, without their suffixes.</summary>
    public string WinnerStem => In("winner");

    /// <summary>Latency observations, for `--latency-table`.</summary>
    public string Latency => In("latency.json");

    /// <summary>Folder of calibration statistics, corrected biases and learned parameters.</summary>
    public string Calibration => CalibrationIn(Root);

    /// <summary>Ranges in TensorRT's calibration cache format.</summary>
    public string CalibrationCache => In("calibration.cache");

    /// <summary>CSV of the plans on the front.</summary>
    public string Front => In("front.csv");

    /// <summary>CSV of the groups' sensitivities.</summary>
    public string Sensitivity => In("sensitivity.csv");

    /// <summary>CSV of the images whose labels a job waits for, for `--labels`.</summary>
    public string LabelThese => In("label-these.csv");

    /// <summary>A page with these images, on which they can be labelled.</summary>
    public string LabelPage => In("label-these.html");

    /// <summary>The HTML report.</summary>
    public string Report => In("report.html");

    /// <summary>Checkpoints of the winner's fine-tuning, until its result is published.</summary>
    public string FineTuning => In("fine-tuning");

    /// <summary>Finished blocks of a reconstruction, until its result is published.</summary>
    public string Reconstruction => In("reconstruction");

    /// <summary>What was trained and did not win: networks and plans.</summary>
    public string[] TrainedFiles => Directory.GetFiles(Root, "trained*.qdq.onnx*").Concat(Directory.GetFiles(Root, "trained*.plan.json"))
        .Order(StringComparer.Ordinal).ToArray();

    /// <summary>The folder of a job's calibration statistics, without creating it.</summary>
    public static string CalibrationIn(string root) => Path.Combine(Path.GetFullPath(root), "calibration");

    /// <summary>Deletes the files of an earlier job, except the journal, which its owner replaces.</summary>
    public void Clear()
    {
        ClearResult();
        Array.ForEach([Calibration, FineTuning, Reconstruction], WorkFolders.Delete);
    }

    /// <summary>Deletes the files of a result, and keeps those that measuring and learning use.</summary>
    public void ClearResult()
    {
        foreach (string file in new[]
        {
            Result, WinnerPlan, WinnerModel, Float32Model, Latency, CalibrationCache, Front, Sensitivity, Report, LabelPage
        })
        {
            File.Delete(file);
            File.Delete(ModelFile.DataName(file));
        }

        foreach (string file in Directory.EnumerateFiles(Root, "plan-*").Concat(
            Directory.EnumerateFiles(Root, "winner.tensorrt*")).Concat(
            Directory.EnumerateFiles(Root, "winner.paddle.json")).Concat(TrainedFiles).ToArray())
        {
            File.Delete(file);
        }
    }

    /// <summary>Writes the job as it was given, unless it is there already.</summary>
    public void WriteConfig(JobRequest request)
    {
        string text = JobYamlText.Of(request.Inputs, request.Options, Root);
        if (!File.Exists(Config) || File.ReadAllText(Config) != text)
        {
            AtomicFile.Write(Config, text);
        }
    }

    private string In(string name) => Path.Combine(Root, name);
}
