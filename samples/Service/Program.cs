using Cluster.Kernels;
using Cluster.Kernels.Tensors;
using Cluster.Samples.Service;

if (args is not [var model, .. var rest]
    || rest.Length > 2
    || !Uri.TryCreate(rest.ElementAtOrDefault(0) ?? "http://127.0.0.1:8080", UriKind.Absolute, out var url))
{
    await Console.Error.WriteLineAsync("usage: Cluster.Samples.Service MODEL.onnx [URL] [cpu|cuda:N]");
    return 2;
}

try
{
    await using var service = ClassifierService.Create(model, url, ComputeDevice.Parse(rest.ElementAtOrDefault(1) ?? "cpu"));
    await service.RunAsync();
    return 0;
}
catch (KernelException refused)
{
    await Console.Error.WriteLineAsync($"error: {refused.Message}");
    return 1;
}
