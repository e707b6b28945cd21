using System.Runtime.InteropServices;
using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle on an <c>at::Tensor</c>. Disposed of by its scope, by <see cref="Dispose()"/>, or at last by the finalizer.</summary>
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
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
            }
        }

        ~Tensor() => Dispose(false);

        /// <summary>Handles alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref _totalCount);

        /// <summary>The address of the <c>at::Tensor</c>.</summary>
        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => _handle == 0;

        public long NumberOfElements => Info.Elements;

        public long ElementSize => Info.ElementSize;

        public long Dimensions => Info.Dimensions;

        public long ndim => Info.Dimensions;

        public ScalarType dtype => (ScalarType)Info.ScalarType;

        public DeviceType device_type => (DeviceType)Info.DeviceType;

        public Device device
        {
            get
            {
                NativeTensorInfo info = Info;
                return new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_leaf => Info.IsLeaf != 0;

        public long[] shape => ShapeAndStrides().Shape;

        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set => NativeMethods.Check(NativeMethods.ck_tensor_set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>The gradient that <c>backward</c> accumulated; null before. Not public: a method in TorchSharp 0.99, a property in 0.106.</summary>
        internal unsafe Tensor? grad
        {
            get
            {
                nint found;
                NativeMethods.Check(NativeMethods.ck_tensor_grad(Handle, &found));
                return found == 0 ? null : new Tensor(found);
            }
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        private unsafe NativeTensorInfo Info
        {
            get
            {
                NativeTensorInfo info;
                NativeMethods.Check(NativeMethods.ck_tensor_info_of(Handle, &info));
                GC.KeepAlive(this);
                return info;
            }
        }

        /// <summary>Takes ownership of an <c>at::Tensor*</c>.</summary>
        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public long numel() => NumberOfElements;

        public long dim() => Dimensions;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim)
        {
            long[] all = shape;
            return all[dim < 0 ? dim + all.Length : dim];
        }

        public long[] stride() => ShapeAndStrides().Strides;

        public long stride(int dim) => ShapeAndStrides().Strides[dim];

        public bool is_contiguous() => Info.IsContiguous != 0;

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Adds gradients to the leaves; this tensor must be a scalar.</summary>
        public void backward() => autograd.backward([this]);

        /// <summary>The elements, row-major whatever the strides are.</summary>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            if (Utils.TensorAccessor<T>.ElementType != dtype)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}", nameof(T));
            }

            return new Utils.TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1", nameof(T));
            }

            return data<T>()[0];
        }

        /// <summary>The memory of a contiguous tensor on the CPU, in place.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                NativeTensorInfo info = Info;
                if (info.IsContiguous == 0)
                {
                    throw new InvalidOperationException("Reading or writing the bytes of a non-contiguous tensor is not supported.");
                }

                return new Span<byte>((void*)DataPointer(), checked((int)(info.Elements * info.ElementSize)));
            }
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

        public override string ToString() => IsInvalid ? "(disposed)" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        internal nint MoveHandle()
        {
            nint moved = Handle;
            _handle = 0;
            Interlocked.Decrement(ref _totalCount);
            return moved;
        }

        internal unsafe nint DataPointer()
        {
            nint data;
            NativeMethods.Check(NativeMethods.ck_tensor_data(Handle, &data));
            return data;
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
                DisposeScopeManager.ThreadSingleton.DisposingOnCurrentScope(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }

            Interlocked.Decrement(ref _totalCount);
            NativeMethods.ck_tensor_dispose(handle);
        }

        private unsafe (long[] Shape, long[] Strides) ShapeAndStrides()
        {
            long[] sizes = new long[Info.Dimensions];
            long[] strides = new long[sizes.Length];
            fixed (long* first = sizes, second = strides)
            {
                NativeMethods.Check(NativeMethods.ck_tensor_shape(Handle, first, second));
            }

            return (sizes, strides);
        }
    }
}
