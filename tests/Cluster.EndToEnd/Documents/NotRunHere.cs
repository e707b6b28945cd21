namespace Cluster.EndToEnd.Documents;

/// <summary>What the documents tell a reader to do and no test can do on one machine, with what stands in for it.</summary>
internal static class NotRunHere
{
    /// <summary>The page, how its lines begin, and the reason.</summary>
    public static IReadOnlyList<(string Page, string Start, string Reason)> All { get; } =
    [
        ("README.md", "dotnet ", "builds the checkout: tests/fresh-machine.sh runs both"),
        ("README.md", "import onnxruntime", "needs the package onnxruntime: TutorialTests runs samples/tutorial/deploy.py where it is"),
        ("data.md", "numpy.savez", "stands in a program of the reader's"),
        ("python.md", "", "stands in a program of the reader's: PythonPackageTests runs such, and tests/package.sh installs as it says"),
        ("deployment.md", "./cluster watch-winner", "needs a quantized winner on every processor: WatchWinnerTests have one"),
        ("deployment.md", "./cluster prove", "needs a job that has ended with one: ProofTests run it"),
        ("deployment.md", "tar ", "unpacks a download of ONNX Runtime's for GPUs"),
        ("deployment.md", "export CLUSTER_ONNXRUNTIME", "names the unpacked library"),
        ("deployment.md", "dotnet publish", "builds for another processor: TimingAgentTests start the agent of this one"),
        ("deployment.md", "scp ", "needs another machine"),
        ("deployment.md", "export CLUSTER_TIMING_AGENT", "needs another machine: KindsTests time by an agent of this one"),
        ("deployment.md", "./cluster submit … --kinds", "needs nodes of two kinds: KindsTests starts them"),
        ("deployment.md", "./cluster run … --fleet", "needs a job of another kind of machine: FleetTests runs one"),
        ("where.md", "if not numpy.isfinite", "stands in a program of the reader's"),
        ("run.md", "./cluster run … --retime", "needs a finished job: AgainTests times one again"),
        ("quantization.md", "./cluster run … --target libtorch-cuda", "needs a GPU"),
        ("run.md", "./cluster run … --target onnxruntime-cpu,libtorch-cuda", "needs a GPU"),
        ("cluster-client.md", "dotnet ", "installs for all programs of this user: ToolPackageTests packs and installs into a folder"),
        ("cluster.md", "sudo ", "needs PostgreSQL's superuser"),
        ("cluster.md", "./cluster nodes --server https://cluster.example", "asks a server of the reader's"),
        ("cluster.md", "./cluster gateway ", "needs PostgreSQL, and has no --check: ChaosTests start gateways"),
        ("page.md", "ssh ", "needs another machine"),
        ("page.md", "kubectl ", "needs Kubernetes: Deploy.Tests checks what it names"),
        ("page.md", "curl ", "asks the live page: Silo.Tests does"),
        ("kubernetes.md", "", "needs a container engine or Kubernetes: Deploy.Tests checks what the lines name"),
    ];

    public static bool Has(DocumentedLine line) => All.Any(entry => Is(entry, line));

    public static bool Is((string Page, string Start, string Reason) entry, DocumentedLine line) =>
        entry.Page == line.Page && line.Text.StartsWith(entry.Start, StringComparison.Ordinal);
}
