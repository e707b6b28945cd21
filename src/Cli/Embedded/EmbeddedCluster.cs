using System.Net;
using System.Net.Sockets;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Grains.Contracts;
using Cluster.Grains.Hosting;
using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace Cluster.Cli.Embedded;

/// <summary>
/// A cluster of one process that lives as long as a command's job. Its grains are those of any other cluster.
/// </summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly EmbeddedJobHost _jobs;

    private EmbeddedCluster(IHost host, EmbeddedJobHost jobs)
    {
        _host = host;
        _jobs = jobs;
    }

    public static async Task<EmbeddedCluster> StartAsync(
        IJobStore store, INodeHost node, EmbeddedJobHost jobs, CancellationToken cancellation)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var (silo, gateway) = FreePorts();
        builder.UseOrleans(orleans => orleans.UseLocalhostClustering(silo, gateway).UseInMemoryReminderService());
        builder.Services.AddSingleton(store).AddSingleton(node).AddSingleton<IJobHost>(jobs);
        builder.Services.AddClusterGrains(new GrainOptions(), keepsJobs: false);
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellation);
            return new EmbeddedCluster(host, jobs);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Runs or resumes the job, or reports it if it is finished.</summary>
    /// <exception cref="JobException">The journal cannot be opened, or the job cannot continue; it can be
    /// resumed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; it can be resumed.</exception>
    public async Task<JobOutcome> RunAsync(JobEntry job, CancellationToken cancellation)
    {
        var grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(job.Id);
        var reply = await grain.EnsureRunningAsync();
        if (reply.Outcome != JobReplyOutcome.Done)
        {
            throw new JobException(reply.Problem ?? "The job could not be begun: run the command again.");
        }

        try
        {
            return await _jobs.OutcomeAsync(cancellation) ?? throw new OperationCanceledException(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await grain.StopAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    // Two commands at once must not meet on the ports that Orleans listens on by default.
    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
