namespace Cluster.Client.Tests.Faking;

/// <summary>Messages with something in every field that is shown.</summary>
internal static class Samples
{
    public static Job Job(string id, JobState state = JobState.Running) => new()
    {
        Name = $"jobs/{id}",
        DisplayName = $"name of {id}",
        State = state,
        Spec = new JobSpec
        {
            Model = "artefacts/00",
            Calibration = new DataSet { Artefact = "artefacts/11", Spec = "folder:calib" },
            MaxDrop = 0.005,
            Target = "onnxruntime-cpu",
            Methods = { "max", "mse" }
        },
        Groups =
        {
            new Group { Name = "conv1", Operators = { "Conv", "Relu" }, Macs = 41_000_000 },
            new Group { Name = "fc", Operators = { "Gemm" }, Macs = 5_000 }
        },
        Progress = new JobProgress
        {
            Done = 34,
            EstimatedLeft = 18,
            Elapsed = Duration.FromTimeSpan(TimeSpan.FromMinutes(3)),
            Remaining = Duration.FromTimeSpan(TimeSpan.FromSeconds(72)),
            Purpose = "walk back",
            Best = Candidate(7),
        },
        CreateTime = Timestamp.FromDateTime(new DateTime(2026, 11, 20, 11, 0, 0, DateTimeKind.Utc)),
    };

    public static Candidate Candidate(int number) => new()
    {
        Name = $"jobs/a/candidates/{number}",
        Number = number,
        State = CandidateState.Succeeded,
        Purpose = "uniform INT8",
        Node = "nodes/one",
        Plan = Plan(),
        Evaluations =
        {
            new Evaluation
            {
                Accuracy = new Accuracy { Correct = 478, Total = 800, Drop = 0.00125 },
                Source = EvaluationSource.Measured,
                Attempts = 1
            },
            new Evaluation { Latency = new Latency { MedianMs = 25, Float32MedianMs = 31 }, Source = EvaluationSource.Cache, Attempts = 2 },
        },
    };

    public static Candidate Failed(int number) => new()
    {
        Name = $"jobs/a/candidates/{number}",
        Number = number,
        State = CandidateState.Failed,
        Purpose = "walk back",
        Plan = Plan(),
        Failure = new Failure { Kind = FailureKind.OutOfMemory, Message = "needs 9 GB where 8 are allowed", Attempts = 2 },
    };

    public static Plan Plan() => new()
    {
        Target = "onnxruntime-cpu",
        Groups =
        {
            new GroupDecision
            {
                Group = "conv1",
                Format = "int8",
                Calibrator = "mse",
                BiasCorrection = true,
                Rounding = "nearest"
            },
            new GroupDecision
            {
                Group = "fc",
                Format = "float32",
                Calibrator = "none",
                Rounding = "none"
            },
        },
    };

    public static Winner Winner() => new()
    {
        Plan = Plan(),
        Kind = WinnerKind.Faster,
        Feasible = true,
        Reason = "The fastest of 12 plans within 0.50 points.",
        Candidate = Candidate(7),
    };

    public static Node Node(string id, string candidate = "") => new()
    {
        Name = $"nodes/{id}",
        State = NodeState.Ready,
        Version = "0.1.0",
        LastHeartbeatTime = Timestamp.FromDateTime(new DateTime(2026, 11, 20, 11, 59, 58, DateTimeKind.Utc)),
        Slots =
        {
            new DeviceSlot
            {
                Device = "cpu:0",
                DeviceClass = "cpu/avx512-vnni",
                Candidate = candidate,
                CandidateStartTime = Timestamp.FromDateTime(new DateTime(2026, 11, 20, 11, 59, 30, DateTimeKind.Utc)),
            },
        },
    };
}
