using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A handle on an <c>at::Tensor</c>. Disposed of by its scope, by <see cref="Dispose()"/>, or at last by the
    /// finalizer.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long _totalCount;
        private nint _handle;

        internal Tensor(nint handle, bool register = true)
        {
            _handle = handle;
            Interlocked.Increment(ref _totalCount);
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.ThreadStatistics.ThreadTotalLiveCount++;
                DisposeScopeManager.ThreadSingleton.CurrentDisposeScope?.Include(this);
            }
        }

        ~Tensor() => Dispose(false);

        /// <summary>Handles alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref _totalCount);

        /// <summary>The address of the <c>at::Tensor</c>.</summary>
        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => _handle == 0;

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>Takes ownership of an <c>at::Tensor*</c>.</summary>
        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public static Tensor operator *(Tensor left, Tensor right) => Call("aten::mul", "Tensor", left, right);

        public Tensor exp() => Call("aten::exp", string.Empty, this);

        public Tensor sum() => Call("aten::sum", string.Empty, this);

        /// <summary>Adds gradients to the leaves; this tensor must be a scalar.</summary>
        public unsafe void backward()
        {
            nint handle = Handle;
            NativeMethods.Check(NativeMethods.ck_backward(&handle, 1, null, 0, 0, 0, null, 0));
            GC.KeepAlive(this);
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        public override string ToString() =>
            IsInvalid ? "(disposed)" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device_type}";

        /// <summary>
        /// The gradient that <c>backward</c> accumulated; null before. Not public: <c>grad</c> is a method in
        /// TorchSharp 0.99, a property in 0.106.
        /// </summary>
        internal unsafe Tensor? AccumulatedGradient()
        {
            nint found;
            NativeMethods.Check(NativeMethods.ck_tensor_grad(Handle, &found));
            return found == 0 ? null : new Tensor(found);
        }

        internal nint MoveHandle()
        {
            nint moved = Handle;
            _handle = 0;
            Interlocked.Decrement(ref _totalCount);
            return moved;
        }

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
            {
                return;
            }

            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.ThreadStatistics.ThreadTotalLiveCount--;
                OwningDisposeScope?.Detach(this);
            }

            Interlocked.Decrement(ref _totalCount);
            NativeMethods.ck_tensor_dispose(handle);
        }
    }
}
