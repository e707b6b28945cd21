namespace Cluster.Client.Commands;

/// <summary>`cluster submit`.</summary>
internal static class SubmitCommand
{
    public static Command Create(ClientContext context)
    {
        var options = new SubmitOptions();
        return RemoteCommand.Create(
            context,
            "submit",
            [
                "submit --model net.onnx --data folder:calib --eval folder:val,labels=val.csv --watch",
                "submit --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --dry-run",
                "submit --model net.onnx --data folder:calib --target onnxruntime-cpu,libtorch-cuda",
                "submit --model net.onnx --data folder:/mnt/calib --shared-paths --server https://cluster.example:5180",
            ],
            [.. options.All],
            call =>
            {
                var request = options.Request(call.Parsed);
                if (options.Warning(call.Parsed) is { } warning)
                {
                    call.Say($"warning: {warning}");
                }

                return new Submission(request, call).RunAsync();
            },
            note: " Prints the job's name. Files that the server has are not uploaded again.");
    }
}
